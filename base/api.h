// What libveerpont shows to programs that link it; everything else stays inside.
#pragma once

#define VEERPONT_API __attribute__((visibility("default")))
