/// The admin port of a process: metrics, readiness and liveness over plain HTTP.
@NullMarked
package dev.carillon.runtime.admin;

import org.jspecify.annotations.NullMarked;
