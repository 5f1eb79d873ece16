/// What a conversation is made of: its head, members, messages and their bodies, as values.
@NullMarked
package dev.carillon.message.conversation;

import org.jspecify.annotations.NullMarked;
