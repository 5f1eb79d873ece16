/// The reasons for which the gateway refuses.
@NullMarked
package dev.carillon.connection.refusal;

import org.jspecify.annotations.NullMarked;
