/// How users and conversations are named.
@NullMarked
package dev.carillon.runtime.identity;

import org.jspecify.annotations.NullMarked;
