package dev.carillon.check.report;

/// Text made safe for HTML.
final class Html {
  private Html() {}

  /// The text with what means something to HTML written out.
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
