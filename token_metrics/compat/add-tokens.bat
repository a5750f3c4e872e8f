@echo off
rem SPDX-License-Identifier: MIT
"%~dp0track-tokens.bat" add %*
