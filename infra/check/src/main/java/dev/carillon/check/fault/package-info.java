/// Fault injection: an installation with proxies, and the injector of faults.
@NullMarked
package dev.carillon.check.fault;

import org.jspecify.annotations.NullMarked;
