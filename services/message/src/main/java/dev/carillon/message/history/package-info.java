/// Pages of a conversation's history, as one member may read them.
@NullMarked
package dev.carillon.message.history;

import org.jspecify.annotations.NullMarked;
