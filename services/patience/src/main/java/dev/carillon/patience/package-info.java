/// How long tests wait for what must happen.
@NullMarked
package dev.carillon.patience;

import org.jspecify.annotations.NullMarked;
