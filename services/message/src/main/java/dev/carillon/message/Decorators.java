package dev.carillon.message;

import dev.carillon.message.conversation.ConversationStore;
import dev.carillon.message.fanout.Gateways;
import dev.carillon.message.mailbox.MailboxStore;

/// What is put between an instance's rules and its technology: nothing in production; in the tests
/// of the delivery checker a defect that it has to find.
interface Decorators {
  /// Leaves everything as it is.
  Decorators NONE = new Decorators() {};

  /// The conversation tables as the instance uses them.
  default ConversationStore conversations(ConversationStore real) {
    return real;
  }

  /// The mailboxes as the instance uses them.
  default MailboxStore mailboxes(MailboxStore real) {
    return real;
  }

  /// The gateways as the instance uses them.
  default Gateways gateways(Gateways real) {
    return real;
  }
}
