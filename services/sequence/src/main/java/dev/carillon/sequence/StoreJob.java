package dev.carillon.sequence;

/// Something a [StoreWriter] does together with others of its kind.
sealed interface StoreJob permits Refill, Lookup {}
