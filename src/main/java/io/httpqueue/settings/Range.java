package io.httpqueue.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a number, a duration or a size among the settings may be. Both bounds are allowed, and are
 * written as the setting itself is: {@code 512}, {@code 0.5}, {@code 30d}, {@code 4MB}.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Range {

  /** The least. */
  String from();

  /** The most. */
  String to();
}
