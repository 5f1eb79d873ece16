/// Which instance owns which of the 1024 slots: claiming, handing over, and routing to them.
@NullMarked
package dev.carillon.runtime.slots;

import org.jspecify.annotations.NullMarked;
