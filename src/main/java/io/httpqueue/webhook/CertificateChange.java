package io.httpqueue.webhook;

/** What becomes of a webhook's client certificate when the webhook is changed. */
public sealed interface CertificateChange {

  /** It stays, if there is one. */
  record Keep() implements CertificateChange {}

  /** The webhook has this one from now on. */
  record Put(ClientCertificate certificate) implements CertificateChange {}

  /** The webhook has none any more. */
  record Remove() implements CertificateChange {}
}
