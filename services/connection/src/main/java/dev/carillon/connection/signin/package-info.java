/// Who may connect: signed tokens and the tickets that stand in for them.
@NullMarked
package dev.carillon.connection.signin;

import org.jspecify.annotations.NullMarked;
