// The contents of files in a folder: FOLDER/ab/abcdef..., each under its own SHA-256.
//
//   std::unique_ptr<FileContents> contents = contents_folder("desk/files");
//   const std::string checksum = TRY(contents->put(bytes));
//
// A content is written under another name, flushed to the disk and then renamed: a full disk or a killed process leaves nothing half under
// a checksum. The promises stand in app/seams.h.
#pragma once

#include <memory>
#include <string>

#include "app/seams.h"

namespace prorata::usage_files {

// The folder is made with the first content.
std::unique_ptr<FileContents> contents_folder(std::string folder);

// Of a desk that lives in memory: as long as it does.
std::unique_ptr<FileContents> contents_in_memory();

}  // namespace prorata::usage_files
