"""Cases on their way through an SOP: begun, pressed, changed, told; what SOP descriptions may name of them."""
