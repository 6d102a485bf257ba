package io.httpqueue.outbound;

/**
 * The addresses that are allowed in spite of what they are.
 *
 * @param automatic loopback in development with the embedded database, else none; {@code ranges} is
 *     empty then
 */
record AllowedAddresses(boolean automatic, AddressRanges ranges) {

  private static final String AUTOMATIC = "auto";

  /** Reads {@code auto} or ranges; Spring binds the setting through this method. */
  public static AllowedAddresses from(String text) {
    return text.strip().equals(AUTOMATIC)
        ? new AllowedAddresses(true, AddressRanges.NONE)
        : new AllowedAddresses(false, AddressRanges.from(text));
  }
}
