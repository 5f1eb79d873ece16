/// The description of a service, and the frame of its running instance.
@NullMarked
package dev.carillon.runtime.service;

import org.jspecify.annotations.NullMarked;
