/// Tests of the raw client.
@NullMarked
package dev.carillon.wire;

import org.jspecify.annotations.NullMarked;
