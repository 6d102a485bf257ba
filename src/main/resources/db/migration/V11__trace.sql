-- Where the trace of an event goes on (W3C Trace Context); null, a bit in the row's null map, where it has none.
ALTER TABLE event ADD COLUMN traceparent text;
