@echo off
rem Starts the page by a double click. Runs are kept in the folder genauth-offboard of the user who starts it.
setlocal
where node >nul 2>nul
if errorlevel 1 goto missing
set "runs=%USERPROFILE%\genauth-offboard"
if not exist "%runs%\" mkdir "%runs%"
cd /d "%runs%" || goto failed
node "%~dp0dist\cli.js" ui %*
if errorlevel 1 goto failed
exit /b 0

:missing
echo genauth-offboard needs Node.js, and it is not on this computer.
echo Get it from https://nodejs.org (the version called LTS), install it, and start this file again.
:failed
rem The window would close before anybody has read what it says.
pause
exit /b 1
