/// Strictly growing numbers per key, handed out in blocks that are durable before use.
@NullMarked
package dev.carillon.sequence;

import org.jspecify.annotations.NullMarked;
