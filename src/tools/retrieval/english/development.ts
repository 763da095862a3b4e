/** Code hosting, code quality, error tracking, builds, tests, packages, browsers. Written as the tasks are. */
export const developmentWords = `
issue comment : chime_in add~to_the_discussion leave~remark
issue assign : who_should_take hand~over_to pick~up_this_bug
issue search : has_anyone_reported already_reported known_problem reported_before
issue relation blocks duplicate : same_as_another same_problem_as depends_on
issue priority severity : how_bad_is how_urgent most_urgent
issue status state transition : where_does~stand how_far~is in_review in_progress ready_for_testing waiting_for_review
project list issue : what_is_left open_work what_are_we_working_on still_open
cycle sprint iteration : this_sprint two_weeks current_round
version release fix : which_version ships_in next_version
user story epic requirement : customer_wish user_need
search repositories : find~library projects_about any_library
search code : where_do_we_use where_is~used where_in_the_code who_calls which_files_mention every_place_where everywhere_we
references symbol find usages : who_uses what_uses used_anywhere callers
definition symbol go : where_is~defined defined_in jump_to_where
rename symbol refactor : call_the_function rename~everywhere
diagnostics errors lint : red_squiggles compile_errors complain warnings_in_the_code type_errors
quality gate status : good_enough_to_release pass_our_rules meets_our_standard ready_to_ship release_bar
code smell issue quality : ugly_code messy badly_written maintainability rule_violations smells tidy
coverage test measure : untested not_tested covered_by_tests without_tests tested_at_all percent_tested how_well_tested
duplication duplicated code : copy-pasted copy_paste pasted same_code_twice repeated_code copied_and_pasted
complexity measure metrics component : tangled too_complicated hard_to_understand hard_to_read
measures metrics component project : how_healthy~code numbers_for health_of_the_code quality_numbers
hotspot security review vulnerability : risky_code risky_places dangerous_code could_be_attacked attacked
rule show : why_is~a_problem what_does~rule explain~rule
technical debt : clean-up_work time_to_clean
vulnerability dependency scan advisory : known_holes security_holes security_hole is~safe_to_use holes_in_our
dependency package version outdated : out_of_date behind_on newer_release too_old
package search info : which_library is_there_a_package downloads_per_week how_popular
license dependency : allowed_to_use_commercially
error issue event search : users_are_seeing blew_up blowing_up bombing exception exceptions crashing
error issue details stacktrace : where_in_the_code~fail which_line what_exactly_broke trace_of_the_crash
error issue resolve update : mark~as_fixed is_fixed_now fixed_in ignore~error
error issue count frequency users : how_many_people_hit how_many_users how_often_does~happen hits_users
release error regression : since_the_last_release since_we_shipped since_the_update after_the_update after_yesterday's_release
root cause analyze error issue logs : why_did~crash why_does~crash what_causes what_is_causing reason_for_the
build run pipeline trigger : build~again kick~off_the_build run_the_tests start~build
build job logs : why_is~red what_broke_the_build why_did_the_build what_made_the_build output_of_the_build
build cancel stop : abort~build stop_the_build
workflow runs list : latest_builds last_builds did_it_go_through did~go_through
deployment list status : what_is_live what_is_deployed which_version_is_live went_out when_did_we_ship last_shipped
artifact download : get_the_build the_built built_file
pull request diff files : what_did~touch what_does_the_change which_files_did what_would_change
pull request review approve : sign_off_on looks_fine_to_me give~my_blessing thumbs_up_on
pull request merge : put~into_main accept_the_change
pull request list : waiting_for_review waiting_for_my needs_reviewing changes_waiting
branch create : start_a_line_of_work separate_copy
branch delete : old_branches stale_branches
branch protection rule : nobody_can_push prevent_direct
commit list author : who_broke who_last_touched who_changed what_has~been_working_on
contributor : who_works_on_this who_helps who_built most_active
repository create : new_project start_a_new_project
repository fork : my_own_copy
gist snippet : share_a_bit_of_code
release notes changelog : what's_new what_is_new what_has_changed_since
documentation library docs : how_do_i_use up-to-date_docs manual_for reference_for example_of_how example_code
api request http send : call_the_endpoint try_the_endpoint hit_the_api fire~request
api collection request : saved_requests saved_calls set_of_requests bundle_of_requests
environment variables api : base_address settings_for_staging
mock server api : fake_api pretend_api fake_server stand-in fake_backend
api schema specification openapi : contract_of_the_api definition_of_the_api
test run execute : try~out_automatically check_that_everything_works
test generate create : write~tests tests_for
component story props : building_blocks which_props examples_of_the_component
browser navigate : load_the_page
browser session create : fresh_browser new_window clean_window
browser close : shut_the_window close_the_window done_with_the_browser
browser act click : press_the hit_the~button
page observe find elements : what_can_i_click what_can_i_press which_buttons buttons_are_there
page extract data : get_the_prices pull~from_the_page read~off_the_page copy~from_the_page grab~from_the_page collect~from
scrape url page : contents_of_this_page everything_on_the_page get_the_text_of pull~off_the_website
batch urls scrape : several_pages these_pages list_of_pages many_pages
crawl status check : is_the_crawl done_crawling
viewport resize browser : how~phone small_screen mobile_view window_size phone-sized
browser storage cookies : remembered_login saved_login
upload file browser : choose_file attach~on_the_page
pdf save page : page_as_a_document
app launch device : open_the_app start_the_app
simulator emulator device list : which_phones test_phones virtual_phone plugged_in
tap screen element mobile : press_on_the_screen
swipe gesture screen : slide_up slide_down
install app device : put_the_app
code execute run sandbox : try_this_code run_this_code what_does_this_code_print
notebook cell execute : run_the_cells jupyter
terminal command session : type_into_the_terminal
symbol function class overview : what_is_in_the_file_code which_functions which_classes
architecture code graph : how~hangs_together fits_together
project create scaffold init : start_from_scratch skeleton boilerplate
format code : tidy_up_the_code pretty-print
localization translation key string : app_texts wording_of_the_app texts_of_the_app missing_texts
error issue stacktrace details : where~in_the_code
error project list : apps_do_we_watch watched
team list : which_teams what_teams groups_of_developers
error issue event : failing fails crashes crashed crashing exceptions stacktraces
release deploy version : shipped shipping ships
pull request review : reviewer reviewers
repository project code : repos repositories
build pipeline run : builds nightly compile compiled
package dependency version : libraries dependencies modules
`
