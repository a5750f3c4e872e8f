@echo off
rem SPDX-License-Identifier: MIT
rem [status] | detail | add IN OUT | estimate (what is in the clipboard) | reset | help
rem (a batch file that is not run by call does not come back)
if "%~1"=="" goto status
if /i "%~1"=="reset" goto reset
if /i "%~1"=="estimate" goto estimate
"%~dp0track-tokens.bat" %*
:status
"%~dp0track-tokens.bat" status
:reset
"%~dp0track-tokens.bat" reset --window
:estimate
powershell.exe -NoProfile -Command Get-Clipboard -Raw | "%~dp0track-tokens.bat" estimate -
exit /b
