/// The one way to change a conversation: admission, batches, numbers, rules, the commit and its
/// answers.
@NullMarked
package dev.carillon.message.append;

import org.jspecify.annotations.NullMarked;
