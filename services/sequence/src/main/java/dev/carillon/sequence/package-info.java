/// Strictly growing numbers per key, issued from blocks that are durable before use.
@NullMarked
package dev.carillon.sequence;

import org.jspecify.annotations.NullMarked;
