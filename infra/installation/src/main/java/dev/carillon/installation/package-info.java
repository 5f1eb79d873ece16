/// The folder of an installation, what runs in it, and how commands that work with it end.
@NullMarked
package dev.carillon.installation;

import org.jspecify.annotations.NullMarked;
