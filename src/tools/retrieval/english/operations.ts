/** Machines and what watches them, the cloud, data stores, secrets, users, security. Written as the tasks are. */
export const operationsWords = `
logs query search : what_happened_on anything_odd_in printed_around said_around errors_around entries_around complaining
logs pattern error : same_error_over_and_over keeps_happening keeps_failing
logs label names values : which_logs_do_we what_logs
metrics query : how_much_memory how_much_cpu memory_are_we busy~is~server how_busy throughput requests_per_second per_second
metric list metadata : what_do_we_measure which_numbers_do_we what_can_i_measure
latency metrics percentile : response_times how_slow how_fast slow_responses sluggish slowness takes_ages
trace search spans : where_does_the_time_go where_is_the_time spent_inside slow_requests path_of_the_request between_services
dashboard search list : overview_page board_with_the_numbers screen_with wall_display
dashboard panel query : what_is_behind_the_chart behind_the_graph chart_shows graph_shows
dashboard create update : put_a_chart graph_for_our page_with_graphs
datasource list : where_do_the_numbers where_do_our_numbers get_their_data sources_of_data data_come_from
annotation create : mark_the_moment mark_the_time mark_on_the_graph note_on_the_graph
alert rule list : which_alarms what_alarms when_do_we_get_woken warnings_set_up
alert rule create : warn_us_when warn_us_if warn_me_if alarm_when wake_me wake_us let_us_know_if
alert silence mute : quiet_for stop_paging stop_the_alarm be_quiet
alert contact point notification : where_do_alarms who_gets_the_alarm where_do_warnings
monitor uptime check : is~reachable is_our_site_up is_the_site_up site_is_down keeps_going_down
oncall schedule shift user : on_duty on_call woken_up carrying_the_pager who_has_the_pager tonight's_duty who_is_up_this_week
oncall override schedule : swap_my_shift take_my_shift cover_for swap_shifts cover_my
incident create : declare_an_emergency raise_the_alarm everything_is_down major_problem
incident acknowledge update : i'm_on_it i_am_on_it taking_this looking_into_it i_have_it
incident resolve : it's_over it_is_over all_clear back_to_normal fire_is_out fixed_the_outage
incident list : what_is_broken what's_broken currently_broken what_is_burning what_broke_last
incident note timeline activity : for_the_record~outage what_was_done what_we_did
escalation policy : who_is_next if_nobody_answers nobody_picks_up who_gets_called
service team : who_looks_after who_owns who_runs
status page : tell_customers~down
sift investigation : look_for_anything_odd
profile cpu flame : eats_the_cpu burning_cpu
slo objective : promised_uptime how_reliable error_budget
flag toggle enable : hide~feature let~percent test~on_a_few for_some_users for_everyone beta_testers only_our_staff
flag rollout targeting rule segment : half_of_our_users tenth_of
flag archive cleanup : no_longer_used
experiment results variant : which_version_won which_one_won a/b_test winner test_win
pod describe events : won't_start keeps_restarting restarting not_coming_up crash-looping fails_to_start
pods list : what_is_running_in which_apps_are
deployment rollout restart : restart_the_app bounce_the
deployment scale : handle_more_visitors handle_more_traffic more_instances
namespace list : which_environments
container logs : last_lines what_did~print output_of_the_container
container list : running_right_now what_runs
container stop : bring_down shut_down_the
container create run : spin_up~local throw-away_database
image pull : fetch_the_image
volume create : keep_the_data survive_a_restart
network container : talk_to_each_other reach_each_other
events cluster : what_happened_in_the_cluster
instance list describe : which_machines what_machines which_boxes servers_do_we our_servers
instance stop : turn_off_the_machine shut_down_the_machine
instance start : power_on wake_the_machine
instance resize type : bigger_machine more_memory stronger_machine
cost billing usage : how_much_do_we_spend how_much_are_we_spending what_are_we_paying what_do_we_pay bill_this_month spending_on_the_cloud eating_our_budget
cost forecast : will_we_spend
cost anomaly : jump_in_the_bill bill_go_up bill_so_high
budget alert : spend_too_much over_budget
bucket list objects : what_is_stored files_in_the_cloud
presigned url object : link_that_expires temporary_link
function invoke : call_the_function
queue message send receive : waiting_line backlog_of_messages messages_waiting
topic publish subscribe : tell_all_subscribers
stack template resource infrastructure : what_was_provisioned everything_we_provisioned
provider module registry resource documentation : ready-made_module building_block_for
workspace run plan apply state : what_would_be_changed provision roll~out_the_infrastructure
drift state : differs_from_what
policy permission role attach : may_do_what who_can_get
access key credential rotate : old_keys swap_the_keys new_keys
deploy site preview : try_version show_the_client preview_link
deploy list latest : last_time_we_published latest_version_online when_did~go_live published_last
deploy logs build : why_did_the_publish publishing_failed didn't_go_live went_wrong_while_publishing
project site list : which_sites which_websites websites_do_we our_websites
domain list register available : name_still_free still_available address_still_free domain_free
domain add project : own_address our_own_address
dns record create update : point~at our_address subdomain send~domain make_mail_work
dns records list lookup : where_does~point who_handles_mail which_ip points_to nameservers
whois domain : who_owns~site who_owns~domain registered_to who_registered
cache purge : still_see_the_old old_version_showing see_the_old stale_page visitors_still
cdn zone analytics traffic : visits_from bandwidth
firewall rule block ip : stop_traffic_from keep_out bots attackers shut_out let_nobody
worker script : code_at_the_edge
ssl certificate status : padlock not_secure secure_connection browser_warns
ping traceroute network : can_we_reach lost_packets slow_network
ip address lookup geolocation : which_country_is_this where_is_this_ip my_ip
port scan open : which_ports exposed reachable_from_outside
database create project : place_for_our_data new_store_for
database branch create : safe_copy_of_the_data try~without_touching copy_of_production
database tables list : what_do_we_store what_data_do_we what_is_in_the_database
table describe schema : what_is_recorded_about what_do_we_keep_about what_do_we_know_about_each which_fields
sql query run execute : get_me_the_numbers answer_from_our_data look_in_our_data all_customers_who how_many_customers how_many_users average_order who_signed_up
sql update delete execute : set_everyone change~in_the_data fix_the_data
migration apply schema : add_a_column new_column change_the_structure new_table
query slow performance analyze explain : database_is_slow slow_page slowest what_slows why_is_this_query queries_that_take
index advisor performance : speed_up make~faster
connection string database : how_do_i_connect connect_to_the
database health check : database_ok database_doing anything_wrong_with_the_database
locks blocking sessions : who_is_blocking stuck_queries
advisors security lints : did_we_forget unprotected
edge function deploy : server_code
vector search similarity collection : alike most_similar similar_to close_in_meaning resembles find_me_similar like_this_one by_meaning about_the_same nearest_in_meaning
vector upsert embed documents : make~searchable make~findable so_that_it_can_be_found teach
vector collection create : place_to_search
collection info stats count : how_many_are_stored how_many_things
collection delete drop : throw_the_whole
index search documents : look_in_our_documents typo-tolerant full_text
index settings update : how_results_are_ranked ranking_of_the_results what_can_be_searched
index synonym settings : mean_the_same treated_as_the_same
facet filter settings : narrow_by
task status index : is_it_indexed yet_indexed still_indexing
cache key ttl expire : forget_after for_an_hour for_ten_minutes vanish_after
keys scan list : what_is_in_the_cache
hash set list key : leaderboard
stream event topic consumer : lagging_behind falling_behind
secret get read item : what_is_the_password the_password_for password_of login_for credentials_for key_for_the pass_code wifi
secret create store item : keep~safe put~in_the_vault save_the_password safe_place lock~away
secret delete : no_longer_valid_key
secret list : which_passwords which_keys what_passwords
vault list item : strongbox
password generate : strong_password hard_to_guess random_password make_up_a_password unguessable
password breach check : leaked was~leaked been_leaked stolen
secret share send : one-time_link hand_the_password give~the_password share_the_password
totp code one time : six_digits six_digit login_code second_factor authenticator
secret version rollback : earlier_password old_password
user create : let~join new_starter starts_on_monday new_colleague account_for_our_new
user deactivate disable suspend delete : left_the_company leaving_us leaves_us no_longer_works lock~out
user list search : who_has_an_account do_we_have_a_user everyone_with_an
user password reset : locked_out forgot~password can't_get_in
user sessions revoke : sign~out_everywhere throw~out log~out_everywhere
role assign user : make~an_admin make~admin let~manage give~rights
role list permissions : what_is~allowed who_may_see who_can_see
group add user member : put~in_the_group part_of_the_team
application client list : which_apps_log_in apps_can_log_in
authentication log sign-in events : who_logged_in failed_logins tried_to_log_in last_logged login_attempts break_in
mfa factor reset : lost~phone new_phone
token validate introspect : is_this_token
audit log events : who_deleted who_turned who_touched who_did
scan vulnerability target : weak_spots weak_points safe_against hackable break_into
cve details lookup vulnerability : how_dangerous known_weakness published_weakness
ip url reputation threat report : dangerous_link suspicious trustworthy phishing is_this_link malicious shady
malware file hash analyze : virus infected is_this_file_safe
container image scan : what_is_inside_the_image~safe
backup create restore : before_we_break safety_copy
process list : slow_computer what_is_eating programs_open
process kill : won't_close not_reacting doesn't_react frozen
system info memory disk : how_full how_much_room how_much_space room_left space_left how_much_memory
archive compress zip : pack~together pack~up make~smaller_file bundle~into one_package
extract unzip archive : unpack
file watch tail : as_it_grows last_lines
search files directory : where_did_i_save where_did_i_leave lost_file biggest_files take_up_the_most
directory tree : everything_below what_lies_in how~laid_out
file permissions : can't_open_the_file
workflow create : happens_automatically do_this_automatically by_itself on_its_own every_time_someone
workflow execute trigger run : set~in_motion run_the_automation start_the_automation
workflow list : which_automations automations
workflow executions history : did_the_automation did_it_run last_ran went_through_last
workflow activate deactivate : pause_the_automation stop_the_automation
webhook create endpoint : call_us_when call_our_address ping_our
schedule job cron create : every_morning_at each_night at_midnight
device list : which_devices
item vault secret : logins passwords passphrase credentials wifi
item list vault search : which_logins what_logins which_accounts_do_i accounts_i_have_saved
item delete vault : no_longer_have~account closed_that_account
project create monitor : start_watching start_monitoring begin_watching
root cause analyze error : the_reason find_the_reason what_is_the_reason root_of_the why_does~keep why_is~always keeps_on
vulnerability security : hackers hacked hacker insecure weaknesses weakness exploit
archive compress zip : zipped
metrics usage : utilisation utilization consumption
alert incident : alarms alarm outages
cost usage : costs spending spend
user member : users colleagues teammate teammates colleague
host server : machines servers
log entries : logged logging
backup : backups
`
