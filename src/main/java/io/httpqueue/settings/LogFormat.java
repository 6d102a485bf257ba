package io.httpqueue.settings;

/** The form of log lines. */
public enum LogFormat {
  /** Text in development, JSON elsewhere. */
  AUTO,
  /** For people. */
  TEXT,
  /** One JSON object a line, with the field names of the Elastic Common Schema. */
  JSON
}
