"""The core of Tack without a window: Matrix, cache, send queue, services. Imports no Qt, ever."""
