@echo off
rem Starts the page by a double click. Runs are kept in the folder genauth-offboard of the user who starts it.
setlocal
if not exist "%~dp0dist\cli.js" goto alone
node --version >nul 2>nul
if errorlevel 1 goto missing
set "runs=%USERPROFILE%\genauth-offboard"
if not exist "%runs%\" mkdir "%runs%"
cd /d "%runs%"
if errorlevel 1 goto failed
node "%~dp0dist\cli.js" ui %*
if errorlevel 1 goto failed
exit /b 0

:alone
rem As where it is opened inside a ZIP file: Windows unpacks this file alone then.
echo The rest of genauth-offboard is not beside this file.
echo If you opened it inside a ZIP file, right-click that, choose "Extract All", and start this file in the new folder.
goto failed

:missing
echo genauth-offboard needs Node.js, and it is not on this computer.
echo Get it from https://nodejs.org (the version called LTS), install it, and start this file again.
:failed
rem The window would close before anybody has read what it says.
pause
exit /b 1
