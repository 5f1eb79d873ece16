package dev.carillon.check.defect;

/// What is wrong with a system, and the promise whose breach has to be found.
public enum Defect {
  /// Nothing: the checker has to find nothing.
  NONE(""),
  /// A batch is answered as stored that was never written.
  ACK_BEFORE_COMMIT("no loss after acknowledgement"),
  /// The database comes back without its last commits, as a replica promoted too early.
  LOST_COMMITS("seen stays"),
  /// A repeat is stored once more, because nothing looks for the id.
  DOUBLED_INSERT("no duplicate"),
  /// A former owner writes a number that has been given away.
  STALE_OWNER("one order for all"),
  /// Two messages are acknowledged under one number.
  REUSED_NUMBER("numbers only grow"),
  /// A message is refused that was stored.
  REFUSED_BUT_STORED("refused is not stored"),
  /// Messages are neither delivered to one of their members nor noted in that mailbox.
  LOST_TAIL("delivered everywhere"),
  /// A crash between commit and fan-out is never made good: nobody hears of it.
  FORGOTTEN_REDO("delivered everywhere"),
  /// A sync leaves out a thread that changed, and says that it is complete.
  HIDDEN_CHANGE("version hides nothing"),
  /// A mailbox's version is sometimes that of a moment ago.
  VERSION_GOES_BACK("monotonic over reconnects"),
  /// History is read from a replica that is behind.
  STALE_HISTORY("read your writes"),
  /// A delivery overtakes the one before it.
  SWAPPED_ORDER("order at the device"),
  /// A delivery names the wrong predecessor.
  BROKEN_CHAIN("one order for all"),
  /// A delivery has another body.
  ALTERED_BODY("no invention"),
  /// Somebody gets a message that nobody sent.
  INVENTED("no invention"),
  /// Who was removed from a group still gets what is said in it.
  DELIVERED_TO_THE_REMOVED("members only"),
  /// Newcomers read what was said before they came, in a group that does not show it.
  PAST_SHOWN("members only"),
  /// A former member cannot read what was said while it belonged.
  FORMER_SHUT_OUT("delivered everywhere"),
  /// An owner that does not know of the newest members refuses them.
  STALE_ROSTER("members are admitted");

  private final String breaks;

  Defect(String breaks) {
    this.breaks = breaks;
  }

  /// The name of the property that has to be found broken.
  public String breaks() {
    return breaks;
  }
}
