//! WebSocket servers as a page of code.
