@echo off
rem SPDX-License-Identifier: MIT
rem FILE: what is there already counts once, with or without --merge
where /q import-tokens.exe
if not errorlevel 1 goto native
wsl.exe -e import-tokens %1
exit /b
:native
import-tokens.exe %1
exit /b
