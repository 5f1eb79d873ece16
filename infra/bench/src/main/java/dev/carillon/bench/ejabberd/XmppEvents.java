package dev.carillon.bench.ejabberd;

/// The receiver of a device's events; always called by the loop's thread.
interface XmppEvents {
  /// It is signed in, and in its room if there is one.
  void ready(XmppDevice device, long now);

  /// Its connection has ended, or it was refused.
  void gone(XmppDevice device, String why);

  /// A message body has arrived.
  void body(XmppDevice device, String body, long now);
}
