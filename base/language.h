// The two languages that people read.
#pragma once

namespace veerpont {

enum class Language { dutch, english };

}  // namespace veerpont
