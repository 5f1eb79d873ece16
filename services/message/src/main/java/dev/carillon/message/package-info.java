/// Conversations, messages, mailboxes, history and sync.
@NullMarked
package dev.carillon.message;

import org.jspecify.annotations.NullMarked;
