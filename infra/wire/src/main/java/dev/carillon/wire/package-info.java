/// One raw client of the device protocol: it does nothing by itself and hides nothing.
@NullMarked
package dev.carillon.wire;

import org.jspecify.annotations.NullMarked;
