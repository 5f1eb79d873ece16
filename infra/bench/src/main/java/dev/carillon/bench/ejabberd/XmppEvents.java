package dev.carillon.bench.ejabberd;

/// What a device tells the crowd it belongs to; always called by the loop's thread.
interface XmppEvents {
  /// It is signed in, and in its room if there is one.
  void ready(XmppDevice device, long now);

  /// Its connection is gone, or it was refused.
  void gone(XmppDevice device, String why);

  /// A body has come.
  void body(XmppDevice device, String body, long now);
}
