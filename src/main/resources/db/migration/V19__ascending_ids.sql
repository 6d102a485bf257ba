-- An id for a delivery that is made now. uuid_v7 has its time to be told, and what tells it is not a constant: it is
-- started anew for each row, and took a tenth of all that a fan-out takes.
DO $$
BEGIN
  IF current_setting('server_version_num')::integer >= 180000 THEN
    CREATE FUNCTION next_uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
      RETURN uuidv7();
  ELSE
    CREATE FUNCTION next_uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
      RETURN uuid_v7(clock_timestamp());
  END IF;
END $$;

COMMENT ON FUNCTION next_uuid_v7() IS
  'A new id of the present moment; with Postgres 18 greater than all that the session made before, whatever its clock does';
