// The shared library is made of the static one; a target wants a source of its own.
#include "veerpont/veerpont.h"
