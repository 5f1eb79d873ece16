/// Places where a test may have a process crash, pause or fail on purpose; nothing in production.
@NullMarked
package dev.carillon.runtime.failpoints;

import org.jspecify.annotations.NullMarked;
