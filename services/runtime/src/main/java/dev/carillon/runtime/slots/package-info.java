/// The ownership of the 1024 slots: claiming, handing over, and routing to owners.
@NullMarked
package dev.carillon.runtime.slots;

import org.jspecify.annotations.NullMarked;
