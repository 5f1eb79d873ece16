/// The house rules for contracts, checked on what protoc made of them.
@NullMarked
package dev.carillon.contracts;

import org.jspecify.annotations.NullMarked;
