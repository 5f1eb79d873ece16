/// Every user's mailbox: which conversations changed, in which version, and up to where each device
/// is complete.
@NullMarked
package dev.carillon.message.mailbox;

import org.jspecify.annotations.NullMarked;
