/// What the tests of all packages of the message service start their engines with.
@NullMarked
package dev.carillon.message.rig;

import org.jspecify.annotations.NullMarked;
