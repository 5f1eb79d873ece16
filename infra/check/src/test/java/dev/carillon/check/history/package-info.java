/// Tests of what is recorded.
@NullMarked
package dev.carillon.check.history;

import org.jspecify.annotations.NullMarked;
