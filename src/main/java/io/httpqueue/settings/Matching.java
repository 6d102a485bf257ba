package io.httpqueue.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a text among the settings may be. */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Matching {

  /** Matches the whole text, as {@link java.util.regex.Pattern} does. */
  String regexp();

  /** What it says, for people: "an http or https URL". */
  String description();
}
