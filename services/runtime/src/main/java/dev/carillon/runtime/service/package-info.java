/// What every instance of every service stands on.
@NullMarked
package dev.carillon.runtime.service;

import org.jspecify.annotations.NullMarked;
