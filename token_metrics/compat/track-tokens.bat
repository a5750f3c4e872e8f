@echo off
rem SPDX-License-Identifier: MIT
rem add TOTAL "notes" | show | submit | export FILE | import FILE | reset | help
if /i "%~1"=="import" goto import
where /q track-tokens.exe
if not errorlevel 1 goto native
wsl.exe -e track-tokens %*
exit /b
:native
track-tokens.exe %*
exit /b
:import
"%~dp0import-tokens.bat" %2
