package io.httpqueue.encryption;

/** Values that are still to be encrypted under the ring's first key. */
public interface EncryptionBacklog {

  /**
   * Encrypts some of them, in one short transaction. Safe on several servers at once, and while
   * others change the rows.
   *
   * @param limit at most so many, 1 or more
   * @return how many; 0 if none is left that could be
   */
  int encryptSome(int limit);
}
