/// The client of the sequence service.
@NullMarked
package dev.carillon.message.numbers;

import org.jspecify.annotations.NullMarked;
