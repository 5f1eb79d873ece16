/// The ports of the conversation tables and their SQL.
@NullMarked
package dev.carillon.message.store;

import org.jspecify.annotations.NullMarked;
