/// What happens after the commit: messages go to the members' devices and mailboxes, and what a
/// crash interrupted is redone.
@NullMarked
package dev.carillon.message.fanout;

import org.jspecify.annotations.NullMarked;
