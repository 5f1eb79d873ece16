/// The load of a run: users with several devices that send, disconnect and reconnect, and record
/// all that they do and see.
@NullMarked
package dev.carillon.check.workload;

import org.jspecify.annotations.NullMarked;
